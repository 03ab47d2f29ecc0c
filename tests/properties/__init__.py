"""Random schemas, random revisions and random DDL, each against an answer that comes from elsewhere."""
