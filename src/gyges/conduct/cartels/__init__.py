"""What competitors agree on: who asked whom, who said yes, and what they then did."""
