"""Payment between care providers: agreements as data, statements that can be traced to days and visits."""
