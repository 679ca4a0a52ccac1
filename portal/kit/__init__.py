"""Web, jobs and policy primitives that know no domain word."""
