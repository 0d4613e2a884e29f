package session

import (
	"crypto/tls"
	"fmt"
	"testing"
	"time"
)

// BenchmarkStore is what a store costs an attempt when 64 workers ask at once:
// one offer and one grant. A handshake takes some hundred microseconds.
func BenchmarkStore(b *testing.B) {
	const workers = 64
	granted := []Session{{State: new(tls.ClientSessionState), Granted: time.Now()}}
	for _, p := range Policies() {
		for _, scope := range Scopes() {
			b.Run(fmt.Sprintf("%s/%s/%d workers", p, scope, workers), func(b *testing.B) {
				b.ReportAllocs()
				common := NewStore(p, scope)
				b.SetParallelism(workers) // times GOMAXPROCS
				now := time.Now()
				b.RunParallel(func(pb *testing.PB) {
					store := common
					if scope == PerWorker {
						store = NewStore(p, scope)
					}
					for pb.Next() {
						store.Keep(granted)
						store.Next(now)
					}
				})
			})
		}
	}
}
