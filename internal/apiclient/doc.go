// Package apiclient is the Go client of the API, generated from
// docs/openapi.json by `make generate`; nothing in it is written by hand. The
// tests of the API use it, so that what the description promises is what a
// program that believes it gets. It knows no other package of this module.
package apiclient
