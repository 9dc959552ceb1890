"""What a run starts from: networks built, fitted or widened before its first step."""
