"""The review application: where managers see who is at risk, look into why, and say what they did about it."""
