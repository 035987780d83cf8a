// Package picture judges the pictures that a fintech uploads for its journey,
// and makes them fit to be served: what they are is told by their bytes, never
// by their name; how large they would be unpacked is read without unpacking
// them; and an SVG is written anew from what is known to be harmless.
//
// It knows neither where pictures are kept nor who may upload them.
package picture
