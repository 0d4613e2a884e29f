package bench

// What this process takes for its load, in bytes, rounded up from measurements
// (bench/engine holds them against these bounds).
const (
	// WorkerMemory is what a worker of an arm holds between its attempts: its
	// buffers, its samples on their way, and its session.
	WorkerMemory = 16 << 10
	// ConnectionMemory is what a connection takes while it is being made, the
	// TLS stack's part and what awaits collection included.
	ConnectionMemory = 112 << 10
)
