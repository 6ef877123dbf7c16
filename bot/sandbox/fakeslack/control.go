package fakeslack

import (
	"encoding/json"
	"net/http"
)

// controlRoutes are for people and for processes that are not written in Go.
func (s *Server) controlRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /sandbox/channels", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Channels()) })
	mux.HandleFunc("GET /sandbox/users", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Users()) })
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
