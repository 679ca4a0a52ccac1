"""Running Atrium on one machine: the commands demo, up, prepare, services and doctor."""
