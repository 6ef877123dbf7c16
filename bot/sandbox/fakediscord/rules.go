package fakediscord

import "fmt"

// The hand-written rules: what Discord enforces and its OpenAPI description
// does not say, and its limits for when there is no Contract. Sources: Discord's
// resources/message, components/reference, interactions/receiving-and-responding.
const (
	maxContent    = 2000 // the OpenAPI description says 4000
	maxEmbeds     = 10
	maxEmbedSum   = 6000 // over all embeds of a message
	maxV2         = 40   // components of a V2 message, nested ones included
	maxV2Text     = 4000 // over all text displays of a message
	maxRows       = 5
	maxButtons    = 5
	maxMentionIDs = 100
	maxNonce      = 25
	maxFile       = 10 << 20
	maxRequest    = 25 << 20
)

// Component types.
const (
	typeRow         = 1
	typeButton      = 2
	typeString      = 3
	typeTextInput   = 4
	typeSection     = 9
	typeTextDisplay = 10
	typeThumbnail   = 11
	typeGallery     = 12
	typeFile        = 13
	typeSeparator   = 14
	typeContainer   = 17
	typeLabel       = 18
)

// checkMessage applies the rules to a message body; v2 says whether the message
// has (or will have) the Components V2 flag.
func checkMessage(b obj, v2 bool) *apiError {
	if err := checkContent(b, v2); err != nil {
		return err
	}
	if err := checkEmbeds(array(b["embeds"])); err != nil {
		return err
	}
	if err := checkAllowed(object(b["allowed_mentions"])); err != nil {
		return err
	}
	return checkComponents(array(b["components"]), v2)
}

func checkContent(b obj, v2 bool) *apiError {
	if n := units(str(b["content"])); n > maxContent {
		return invalid("content", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxContent)
	}
	if s, ok := b["nonce"].(string); ok && units(s) > maxNonce {
		return invalid("nonce", "NONCE_TYPE_TOO_LONG", "Must be %d or fewer in length.", maxNonce)
	}
	if !v2 {
		return nil
	}
	for _, k := range []string{"content", "embeds", "poll", "sticker_ids"} {
		if str(b[k]) != "" || len(array(b[k])) > 0 || object(b[k]) != nil {
			return invalid(k, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
				"The '%s' field cannot be used when using MessageFlags.IS_COMPONENTS_V2", k)
		}
	}
	return nil
}

func checkEmbeds(embeds []any) *apiError {
	if len(embeds) > maxEmbeds {
		return invalid("embeds", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxEmbeds)
	}
	sum := 0
	for i, v := range embeds {
		e := object(v)
		size := func(path string, v any, limit int) *apiError {
			n := units(str(v))
			sum += n
			if n > limit {
				return invalid(fmt.Sprintf("embeds.%d.%s", i, path), "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", limit)
			}
			return nil
		}
		errs := []*apiError{
			size("title", e["title"], 256), size("description", e["description"], 4096),
			size("footer.text", object(e["footer"])["text"], 2048), size("author.name", object(e["author"])["name"], 256),
		}
		fields := array(e["fields"])
		if len(fields) > 25 {
			return invalid(fmt.Sprintf("embeds.%d.fields", i), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
		}
		for j, f := range fields {
			for key, limit := range map[string]int{"name": 256, "value": 1024} {
				path := fmt.Sprintf("fields.%d.%s", j, key)
				if str(object(f)[key]) == "" {
					return invalid(fmt.Sprintf("embeds.%d.%s", i, path), "BASE_TYPE_REQUIRED", "This field is required")
				}
				errs = append(errs, size(path, object(f)[key], limit))
			}
		}
		if err := first(errs); err != nil {
			return err
		}
	}
	if sum > maxEmbedSum {
		return invalid("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of %d", maxEmbedSum)
	}
	return nil
}

func first(errs []*apiError) *apiError {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkAllowed(a obj) *apiError {
	for _, kind := range []string{"users", "roles"} {
		ids := texts(a[kind])
		if len(ids) > maxMentionIDs {
			return invalid("allowed_mentions."+kind, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxMentionIDs)
		}
		for _, p := range texts(a["parse"]) {
			if p == kind && len(ids) > 0 {
				return invalid("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
					"parse:[%q] and %s: [ids...] are mutually exclusive.", kind, kind)
			}
		}
	}
	return nil
}

func checkComponents(components []any, v2 bool) *apiError {
	if !v2 && len(components) > maxRows {
		return invalid("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", maxRows)
	}
	count, text := 0, 0
	seen := map[string]bool{}
	var err *apiError
	keep := func(e *apiError) {
		if err == nil {
			err = e
		}
	}
	for i, c := range components {
		if !v2 && num(object(c)["type"]) != typeRow {
			return invalid(fmt.Sprintf("components.%d.type", i), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1,).")
		}
	}
	walk(components, func(c obj) {
		count++
		if num(c["type"]) == typeTextDisplay {
			text += units(str(c["content"]))
		}
		if id := str(c["custom_id"]); id != "" {
			if seen[id] {
				keep(invalid("components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"))
			}
			seen[id] = true
		}
		keep(checkComponent(c))
	})
	switch {
	case err != nil:
		return err
	case v2 && count > maxV2:
		return invalid("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The maximum number of components is %d", maxV2)
	case v2 && text > maxV2Text:
		return invalid("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "Displayable text must be %d or fewer in length.", maxV2Text)
	}
	return nil
}

func checkComponent(c obj) *apiError {
	children := array(c["components"])
	switch num(c["type"]) {
	case typeRow:
		return checkRow(children)
	case typeButton:
		return checkButton(c)
	case typeString:
		if n := len(array(c["options"])); n < 1 || n > 25 {
			return invalid("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
		}
	case typeSection:
		if n := len(children); n < 1 || n > 3 {
			return invalid("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 3 in length.")
		}
		if object(c["accessory"]) == nil {
			return invalid("components.accessory", "BASE_TYPE_REQUIRED", "This field is required")
		}
	case typeTextDisplay:
		if n := units(str(c["content"])); n < 1 || n > maxV2Text {
			return invalid("components.content", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", maxV2Text)
		}
	}
	return nil
}

func checkRow(children []any) *apiError {
	if n := len(children); n < 1 || n > maxButtons {
		return invalid("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", maxButtons)
	}
	for _, c := range children {
		if num(object(c)["type"]) != typeButton && len(children) > 1 {
			return invalid("components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
		}
	}
	return nil
}

func checkButton(c obj) *apiError {
	const linkStyle, premiumStyle = 5, 6
	style, id, url := num(c["style"]), str(c["custom_id"]), str(c["url"])
	switch {
	case units(str(c["label"])) > 80:
		return invalid("components.label", "BASE_TYPE_MAX_LENGTH", "Must be 80 or fewer in length.")
	case units(id) > 100:
		return invalid("components.custom_id", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")
	case units(url) > 512:
		return invalid("components.url", "BASE_TYPE_MAX_LENGTH", "Must be 512 or fewer in length.")
	case style == premiumStyle:
		return nil
	case style == linkStyle && (url == "" || id != ""):
		return invalid("components.url", "BUTTON_COMPONENT_URL_REQUIRED", "A url is required, and a custom id is not allowed")
	case style != linkStyle && (id == "" || url != ""):
		return invalid("components.custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required, and a url is not allowed")
	case str(c["label"]) == "" && object(c["emoji"]) == nil:
		return invalid("components.label", "BUTTON_COMPONENT_INVALID_LABEL_EMOJI", "A button must have a label or an emoji")
	}
	return nil
}

// checkModal applies the rules of a modal: title 45, custom_id 100, 1 to 5 rows.
func checkModal(d obj) *apiError {
	switch n := len(array(d["components"])); {
	case units(str(d["title"])) < 1 || units(str(d["title"])) > 45:
		return invalid("data.title", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 45 in length.")
	case units(str(d["custom_id"])) < 1 || units(str(d["custom_id"])) > 100:
		return invalid("data.custom_id", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
	case n < 1 || n > 5:
		return invalid("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
	}
	return nil
}
