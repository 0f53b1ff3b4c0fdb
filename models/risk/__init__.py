"""Which customers may leave, and the words that show it: plain rules over what each said in the last eight weeks."""
