"""What a report says, and the few rules that its analyses share."""
