"""What a stock Restcomm asks a provider of numbers, in the dialect that its Nexmo manager speaks."""
