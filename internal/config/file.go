package config

import (
	"errors"
	"io"
	"os"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"bujiao/internal/fault"
)

// readFile reads settings of a YAML file: names, in groups or with dots.
func readFile(path string, values map[string]Value, p *Problems) {
	f, err := os.Open(path)
	if err != nil {
		p.add("settings.no_config", nil)
		return
	}
	defer f.Close()
	var doc yaml.Node
	switch err := yaml.NewDecoder(io.LimitReader(f, 1<<20)).Decode(&doc); {
	case errors.Is(err, io.EOF):
		return // an empty file sets nothing
	case err != nil || len(doc.Content) != 1:
		p.add("settings.bad_yaml", nil)
		return
	}
	walk(doc.Content[0], "", values, map[string]bool{}, p)
}

func walk(n *yaml.Node, prefix string, values map[string]Value, seen map[string]bool, p *Problems) {
	if n.Kind != yaml.MappingNode {
		p.add("settings.not_a_map", fault.Args{"from": "file:" + strconv.Itoa(n.Line), "name": strings.TrimSuffix(prefix, ".")})
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		name := prefix + key.Value
		s, inFile := find(name)
		at := fault.Args{"from": "file:" + strconv.Itoa(key.Line), "name": clip(name)}
		switch {
		case s == nil && isGroup(name):
			walk(val, name+".", values, seen, p)
		case s == nil:
			p.add("settings.unknown", at)
		case seen[s.name]:
			p.add("settings.twice", at)
		case val.Kind != yaml.ScalarNode:
			p.add("settings.not_a_value", at)
		default:
			seen[s.name] = true
			take(values, *s, inFile, Value{Name: s.name, Text: val.Value, From: "file", line: key.Line}, p)
		}
	}
}

// find finds a setting by its name, or by its name with _file behind.
func find(name string) (s *setting, inFile bool) {
	for i := range settings {
		switch name {
		case settings[i].name:
			return &settings[i], false
		case settings[i].name + "_file":
			return &settings[i], true
		}
	}
	return nil, false
}

func isGroup(name string) bool {
	for _, s := range settings {
		if strings.HasPrefix(s.name, name+".") {
			return true
		}
	}
	return false
}

// clip keeps a name that was mistyped short: it may be a value.
func clip(s string) string {
	r := []rune(s)
	if len(r) > 24 {
		return string(r[:20]) + "..."
	}
	return s
}
