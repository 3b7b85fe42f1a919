"""S3 as far as media need it: a strict gate before moto's S3, which checks nothing of a signed request."""
