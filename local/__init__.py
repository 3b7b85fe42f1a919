"""The local stack: template.yaml on a laptop, without AWS account, Docker or Java.

`python -m local` runs it; tests and benchmarks start it with `async with LocalStack(Options(port=0)) as stack`, from
`local.stack` and `local.options`. Nothing is imported here: SAM's translator and moto take a second to load, which
`python -m local token` need not wait for.
"""
