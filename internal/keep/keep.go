// Package keep holds modules in go.mod until the code that needs them has
// landed; it goes before the release of this part and promises nothing else.
package keep

import (
	_ "github.com/danielgtaylor/huma/v2/adapters/humago"
	_ "github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/prometheus/client_golang/prometheus/promhttp"
	_ "github.com/transparency-dev/merkle/compact"
	_ "github.com/transparency-dev/merkle/rfc6962"
	_ "golang.org/x/time/rate"
)
