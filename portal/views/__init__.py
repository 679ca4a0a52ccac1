"""The pages of the roof itself."""
