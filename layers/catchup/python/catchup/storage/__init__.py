"""DynamoDB: tables as PynamoDB models, and the repositories that the use cases ask for."""
