"""What people ask and open, kept for a while: for their own recent searches, and to see where search fails."""
