//go:build tools

// Package ferretdb pins the MongoDB-protocol server of the tests; see tools/fetch-servers.
package ferretdb

import _ "github.com/FerretDB/FerretDB/cmd/ferretdb"
