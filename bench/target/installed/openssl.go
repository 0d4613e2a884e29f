package installed

import "tlsbench/bench/target"

// openssl is s_server: one thread, one connection at a time, and a session
// cache of 128.
func openssl() Server {
	settings := defaults()
	settings.Workers = 0
	return Server{
		Stack: target.Stack{
			Scheme:  "openssl",
			Has:     []string{"key", "tls", "tickets", "cache", "chain", "client-auth"},
			Default: settings,
		},
		Name: "OpenSSL", Package: "openssl", program: "openssl",
		path:      "/" + opensslAnswer,
		configure: configureOpenSSL,
	}
}

// opensslAnswer is the file that -HTTP serves: a whole response.
const opensslAnswer = "ok"

func configureOpenSSL(s site) ([]string, error) {
	for name, data := range map[string][]byte{
		"leaf.pem":          s.certs.Leaf,
		"intermediates.pem": s.certs.Intermediates,
		"key.pem":           s.certs.Key,
		"client-root.pem":   s.certs.ClientRoot,
		opensslAnswer:       []byte("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n"),
	} {
		if err := s.write(name, data); err != nil {
			return nil, err
		}
	}
	versions := s.versions()
	args := []string{"s_server", "-HTTP", "-quiet", "-accept", s.address, "-alpn", "http/1.1",
		"-cert", "leaf.pem", "-key", "key.pem",
		"-min_protocol", versions[0], "-max_protocol", versions[len(versions)-1]}
	add := func(wanted bool, more ...string) {
		if wanted {
			args = append(args, more...)
		}
	}
	add(s.settings.Chain > 0, "-cert_chain", "intermediates.pem")
	add(!s.settings.Tickets, "-no_ticket")
	add(!s.settings.Cache, "-no_cache")
	add(s.oldCiphers() != "", "-cipher", s.oldCiphers())
	add(s.settings.ClientAuth == target.ClientAuthRequest, "-verify", "1")
	add(s.settings.ClientAuth == target.ClientAuthRequire, "-Verify", "1")
	add(s.settings.ClientAuth != target.ClientAuthNone, "-verify_return_error", "-CAfile", "client-root.pem")
	return args, nil
}
