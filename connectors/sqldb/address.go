package sqldb

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dossier/connectors"
)

// address is where a database server listens.
type address struct {
	user     string
	host     string // without a port
	port     string // "" for the server's usual one
	database string
	instance string // SQL Server: the named instance
	options  url.Values
}

// parseAddress reads SCHEME://USER@HOST:PORT/DATABASE?OPTION=…. Its errors never hold the text, which
// could hold a password.
func parseAddress(sys *connectors.System, text string, schemes []string) (address, error) {
	u, err := url.Parse(text)
	if err != nil || !slices.Contains(schemes, u.Scheme) || u.Host == "" && u.Query().Get("socket") == "" {
		return address{}, sys.Problem("address", `write it like "`+schemes[0]+`://dossier_read@db01/database"`)
	}
	_, inside := u.User.Password()
	for name := range u.Query() {
		inside = inside || strings.Contains(strings.ToLower(name), "password") || strings.EqualFold(name, "pwd")
	}
	if inside {
		return address{}, sys.Problem("address", `holds a password: take it out, write password = "env:…", `+
			"and change the password, since it has been written to a file")
	}
	if u.User.Username() == "" {
		return address{}, sys.Problem("address", `names no user: write it like "`+schemes[0]+`://dossier_read@db01/database"`)
	}
	a := address{user: u.User.Username(), host: u.Hostname(), port: u.Port(), database: strings.Trim(u.Path, "/"), options: u.Query()}
	if isSQLServer(u.Scheme) { // there the path is the instance
		a.instance, a.database = a.database, ""
	}
	for name := range a.options {
		if name != "socket" && (name != "database" || !isSQLServer(u.Scheme)) {
			return address{}, sys.Problem("address", "has the option "+name+", which is none: the socket of a server on this machine is socket=…, "+
				"a database of SQL Server database=…, and how the connection is protected is written tls = { … }")
		}
	}
	if a.options.Has("database") {
		a.database = a.options.Get("database")
		a.options.Del("database")
	}
	return a, nil
}

func isSQLServer(scheme string) bool { return scheme == "sqlserver" || scheme == "mssql" }

// local reports whether the server is this machine.
func (a address) local() bool {
	ip := net.ParseIP(a.host)
	return a.host == "" || a.host == "localhost" || ip != nil && ip.IsLoopback()
}

// hostPort returns the host with its port.
func (a address) hostPort(usual string) string {
	if a.port != "" {
		usual = a.port
	}
	return net.JoinHostPort(a.host, usual)
}

// tlsKeys say how the connection is protected. Without them it is encrypted and the server's certificate
// checked against the machine's authorities, but on this machine itself not encrypted.
type tlsKeys struct {
	Mode string `toml:"mode"` // "verify" (when empty), "unverified" (encrypted, whoever answers) or "off"
	CA   string `toml:"ca"`   // a PEM file of the authority that signed the server's certificate
	Cert string `toml:"cert"` // a PEM file of this client's certificate, where the server asks for one
	Key  string `toml:"key"`  // its key
	Name string `toml:"name"` // the name in the server's certificate, where it is not the address's
}

func (k *tlsKeys) check(sys *connectors.System) error {
	switch {
	case k == nil:
		return nil
	case k.Mode != "" && k.Mode != "verify" && k.Mode != "unverified" && k.Mode != "off":
		return sys.Problem("tls.mode", `write "verify", "unverified" (encrypted, but to whoever answers) or "off"`)
	case (k.Cert == "") != (k.Key == ""):
		return sys.Problem("tls", "cert and key go together")
	}
	return nil
}

// config returns the settings for the address, nil for no encryption.
func (k *tlsKeys) config(dir string, to address) (*tls.Config, error) {
	if k == nil {
		if to.local() {
			return nil, nil
		}
		k = &tlsKeys{}
	}
	if k.Mode == "off" {
		return nil, nil
	}
	config := &tls.Config{ServerName: to.host, InsecureSkipVerify: k.Mode == "unverified", MinVersion: tls.VersionTLS12}
	if k.Name != "" {
		config.ServerName = k.Name
	}
	if k.CA != "" {
		pem, err := os.ReadFile(within(dir, k.CA))
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM(pem)
	}
	if k.Cert != "" {
		cert, err := tls.LoadX509KeyPair(within(dir, k.Cert), within(dir, k.Key))
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{cert}
	}
	return config, nil
}

// within returns the path, relative ones starting at dir.
func within(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, filepath.FromSlash(path))
}
