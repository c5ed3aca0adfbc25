package httpapi

import (
	"encoding/json"
	"io"

	"github.com/danielgtaylor/huma/v2"

	"bujiao/internal/lang"
	"bujiao/internal/strictjson"
)

// describe begins the description: what the API is and how one logs in. huma's
// own pages are off: they load scripts from elsewhere.
func describe(version string) huma.Config {
	format := huma.Format{
		Marshal: func(w io.Writer, v any) error {
			enc := json.NewEncoder(w)
			enc.SetEscapeHTML(false)
			return enc.Encode(v)
		},
		Unmarshal: strictjson.Decode,
	}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "bujiao", Version: version, Description: lang.Text(lang.English, "httpapi.about", nil),
				Extensions: map[string]any{"x-description-zh": lang.Text(lang.Chinese, "httpapi.about", nil)},
			},
			Components: &huma.Components{
				Schemas: newSchemas(),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "http", Scheme: "bearer"},
					"cookie":  {Type: "apiKey", In: "cookie", Name: "bujiao-session"},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat: "application/json",
	}
}

// Describe is the description as it is served and committed.
func (s *Server) Describe() ([]byte, error) {
	data, err := json.MarshalIndent(s.api.OpenAPI(), "", " ")
	return append(data, '\n'), err
}
