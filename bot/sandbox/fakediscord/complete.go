package fakediscord

// completeComponents adds what Discord adds to components it was sent: an id
// for each, depth first from 1, and defaults.
func (w *world) completeComponents(components []any) []any {
	used, next := map[int]bool{}, 1
	walk(components, func(c obj) { used[num(c["id"])] = true })
	walk(components, func(c obj) {
		if num(c["id"]) == 0 {
			for used[next] {
				next++
			}
			used[next] = true
			c["id"] = next
		}
		w.componentDefaults(c)
	})
	return components
}

func (w *world) componentDefaults(c obj) {
	def := func(key string, v any) {
		if c[key] == nil {
			c[key] = v
		}
	}
	for k, v := range c { // a key that was sent as null is not kept
		if v == nil {
			delete(c, k)
		}
	}
	switch num(c["type"]) {
	case typeContainer:
		def("spoiler", false)
		if c["accent_color"] == nil {
			c["accent_color"] = nil
		}
	case typeSeparator:
		def("spacing", 1)
		def("divider", true)
	case typeString, 5, 6, 7, 8:
		def("min_values", 1)
		def("max_values", 1)
	case typeThumbnail:
		w.thumbnail(c)
	case typeGallery:
		for _, it := range array(c["items"]) {
			w.thumbnail(object(it))
		}
	}
}

func (w *world) thumbnail(c obj) {
	if m := object(c["media"]); m != nil && m["id"] == nil {
		m["id"], m["proxy_url"], m["width"], m["height"] = w.id(), m["url"], 0, 0
	}
	if c["spoiler"] == nil {
		c["spoiler"] = false
	}
	if _, ok := c["description"]; !ok {
		c["description"] = nil
	}
}

// completeEmbeds adds what Discord adds to embeds it was sent.
func (w *world) completeEmbeds(embeds []any) []any {
	for _, v := range embeds {
		e := object(v)
		if e == nil {
			continue
		}
		for k, v := range e {
			if v == nil || v == "" {
				delete(e, k)
			}
		}
		e["type"], e["id"] = "rich", w.id()
		for _, f := range array(e["fields"]) {
			if f := object(f); f != nil && f["inline"] == nil {
				f["inline"] = false
			}
		}
		for _, k := range []string{"image", "thumbnail"} {
			if img := object(e[k]); img != nil {
				img["proxy_url"], img["width"], img["height"] = img["url"], 0, 0
			}
		}
	}
	return embeds
}
