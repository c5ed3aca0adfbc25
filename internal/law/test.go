package law

import "go.yaml.in/yaml/v3"

// Test stands beside the rules it tries: given a request, on a day, expect
// parts of the answer. It is run by `bujiao pack test` through the same doors
// as any request.
type Test struct {
	Head    `yaml:",inline"`
	Name    string    `yaml:"name" json:"name"`
	Command string    `yaml:"command" json:"command"` // due | latefee | quote | retire | wait | term
	Given   yaml.Node `yaml:"given" json:"-"`
	Expect  yaml.Node `yaml:"expect" json:"-"` // JSON Pointer -> value
}
