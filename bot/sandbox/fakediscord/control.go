package fakediscord

import "net/http"

func (s *Server) controlRoutes(m *http.ServeMux) {}
