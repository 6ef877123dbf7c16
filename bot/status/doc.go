// Package status serves what an operator and an orchestrator ask a running
// program: /healthz (the process is alive), /readyz (it takes questions and
// can post answers; else what is missing), /metrics (Prometheus).
//
// It is told what to report and imports nothing of ours. It has no write
// access to anything: whoever reaches its port learns numbers and the names of
// parts, never a message, a person or a secret. What else is to be served at the
// same address, such as a platform's callbacks, is given to it, and protects itself.
package status
