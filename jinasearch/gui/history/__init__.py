"""What was asked before: kept as long as the user wishes, walked through with the Up key."""
