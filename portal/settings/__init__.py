"""Settings: `base` is shared; `local` runs one machine, `dev` develops, `test` tests, `prod` serves."""
