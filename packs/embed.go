// Package packs carries the law packs inside the program, so that it works
// without any file beside it. It holds data only; package law reads it.
package packs

import "embed"

// FS holds the folder of the national base (cn) and one folder for each area
// (cn-CODE).
//
//go:embed cn cn-*
var FS embed.FS
