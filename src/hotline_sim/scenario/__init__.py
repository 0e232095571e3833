"""The hotline in the words of 12345: what a city decided, validated once and never changed afterwards."""
