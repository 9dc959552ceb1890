"""What a run sets out from: networks built, fitted or widened before its first step."""
