// Package live shows a run while it goes on: as a view that is redrawn in place
// at the end of a terminal, or as a line every few seconds.
//
// What is shown depends on nothing but a moment of the run and the size of the
// terminal (View.Frame, Line). Screen knows how to redraw, Watch when.
package live
