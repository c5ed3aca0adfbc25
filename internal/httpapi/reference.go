package httpapi

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
)

// The page is plain HTML with one script and one style sheet of its own. It
// reads /openapi.json, so it shows what this server answers and nothing else.
//
//go:embed reference
var referenceFiles embed.FS

var referenceTypes = map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

// reference serves the page at / and its parts under /reference/.
func (s *Server) reference(handle func(string, http.HandlerFunc)) {
	serve := func(name string) http.HandlerFunc {
		data, err := fs.ReadFile(referenceFiles, "reference/"+name)
		if err != nil {
			panic(err) // the file is compiled in
		}
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", referenceTypes[path.Ext(name)])
			_, _ = w.Write(data) // the peer may be gone
		}
	}
	handle("GET /{$}", serve("index.html"))
	handle("GET /reference/app.js", serve("app.js"))
	handle("GET /reference/style.css", serve("style.css"))
}
