"""Tables and documents that leave the program.  Cells are typed: nothing that a visitor is called becomes a formula."""
