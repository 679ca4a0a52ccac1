"""The component tags by kind; `portal.kit.templatetags.ui` gathers them into one library."""
