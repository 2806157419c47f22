"""What a tape shows of how a seat worked, and what it did to others."""
