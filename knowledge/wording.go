package knowledge

// wording is how a kind of problem is told: what is wrong, what to do.
type wording struct {
	severity Severity
	ko, en   [2]string
}

// wordings has every kind of problem. It is never written to.
var wordings = map[string]wording{
	// The file as a whole.
	"unreadable":    {Error, [2]string{"읽을 수 없습니다: %s", "파일 권한을 확인하거나 이 파일을 폴더에서 빼 주세요"}, [2]string{"cannot be read: %s", "Check its permissions, or take it out of the folder"}},
	"no-entries":    {Warning, [2]string{"폴더에 Markdown 파일이 없습니다", "질문과 답을 적은 .md 파일을 넣어 주세요"}, [2]string{"the folder has no Markdown files", "Put a file with a question and an answer into it, with a name that ends in .md"}},
	"not-a-file":    {Error, [2]string{"보통 파일이 아닙니다", "폴더에는 Markdown 파일만 두세요"}, [2]string{"not an ordinary file", "Keep only Markdown files in the folder"}},
	"linked-folder": {Warning, [2]string{"다른 폴더를 가리키는 링크라서 읽지 않습니다", "그 폴더의 파일을 이 폴더로 복사해 주세요"}, [2]string{"a link to another folder is not followed", "Copy the files of that folder into this one"}},
	"misnamed":      {Warning, [2]string{"파일 이름이 .md.txt로 끝나서 읽지 않습니다", "이름이 .md로 끝나게 바꿔 주세요"}, [2]string{"the name ends in .md.txt, so the file is not read", "Rename it so that it ends in .md"}},
	"file-large":    {Error, [2]string{"파일이 %d KiB보다 큽니다", "질문 하나에 파일 하나씩, 나누어 주세요"}, [2]string{"the file is larger than %d KiB", "Split it: one file for each question"}},
	"files":         {Error, [2]string{"파일이 %d개보다 많아서 여기부터 읽지 않습니다", "폴더를 나누거나, 맞는 폴더인지 확인해 주세요"}, [2]string{"more than %d files; the rest is not read", "Split the folder, or check that it is the right one"}},
	"total":         {Error, [2]string{"파일을 모두 합쳐 %d MiB가 넘어서 여기부터 읽지 않습니다", "폴더를 나누거나, 맞는 폴더인지 확인해 주세요"}, [2]string{"the files are larger than %d MiB together; the rest is not read", "Split the folder, or check that it is the right one"}},
	"encoding":      {Error, [2]string{"UTF-8이 아닙니다. %s(으)로 저장된 것 같습니다", "편집기에서 인코딩을 UTF-8로 골라 다시 저장해 주세요"}, [2]string{"not UTF-8; it seems to be %s", "Save it again with the encoding UTF-8"}},
	"binary":        {Error, [2]string{"글이 아닌 데이터가 들어 있습니다", "Word나 한글 파일이라면 내용을 복사해 일반 텍스트로 저장해 주세요"}, [2]string{"this is not a text file", "If it is a word processor's file, copy the text and save it as plain text"}},
	"empty":         {Error, [2]string{"파일이 비어 있습니다", "첫 줄에 `# 질문`을, 그 아래에 답을 적어 주세요"}, [2]string{"the file is empty", "Write `# The question` in the first line and the answer below it"}},
	"nesting":       {Error, [2]string{"목록이나 인용이 %d단계보다 깊습니다", "목록을 평평하게 풀어 주세요"}, [2]string{"lists or quotes are nested deeper than %d levels", "Make the list flatter"}},
	"paragraph-long": {Error, [2]string{"문단이 %d KiB보다 깁니다", "빈 줄을 넣어 문단을 나누어 주세요"},
		[2]string{"the paragraph is longer than %d KiB", "Divide it with empty lines"}},

	// Front matter.
	"front-matter": {Error, [2]string{"맨 위 정보를 읽을 수 없습니다: %s", "한 줄에 `이름: 값` 하나씩 적고, 값에 콜론이 있으면 따옴표 \"…\"로 묶어 주세요"},
		[2]string{"the front matter cannot be read: %s", "Write one `name: value` a line, and quote a value that has a colon in it: \"…\""}},
	"front-matter-long":  {Error, [2]string{"맨 위 정보가 너무 깁니다(최대 %d KiB)", "답은 닫는 --- 줄 아래에 적어 주세요"}, [2]string{"the front matter is too long (at most %d KiB)", "Write the answer below the closing --- line"}},
	"front-matter-key":   {Error, [2]string{"맨 위 정보에 모르는 이름이 있습니다: %s", "id, section, lang, source(publisher, title, url, published, updated), tags만 쓸 수 있습니다"}, [2]string{"unknown name in the front matter: %s", "Use id, section, lang, source (publisher, title, url, published, updated) or tags"}},
	"front-matter-value": {Error, [2]string{"%s의 값이 너무 복잡합니다", "`이름: 값`처럼 한 줄로 적어 주세요"}, [2]string{"the value of %s is not a simple value", "Write it on one line, as `name: value`"}},
	"lang":               {Error, [2]string{"모르는 언어입니다: %s", "ko나 en을 적거나 이 줄을 지워 주세요"}, [2]string{"unknown language: %s", "Write ko or en, or delete the line"}},
	"date":               {Error, [2]string{"날짜가 아닙니다: %s", "2024-11-21처럼 연-월-일로 적어 주세요"}, [2]string{"not a date: %s", "Write year, month and day, as in 2024-11-21"}},
	"dates-reversed":     {Warning, [2]string{"수정일 %s이(가) 게시일 %s보다 앞섭니다", "두 날짜를 확인해 주세요"}, [2]string{"updated on %s, before it was published on %s", "Check the two dates"}},
	"url":                {Error, [2]string{"웹 주소가 아닙니다: %s", "https://로 시작하는 주소를 적어 주세요"}, [2]string{"not a web address: %s", "Write an address that begins with https://"}},
	"source-differs":     {Warning, [2]string{"출처가 언어마다 다릅니다: %s, %s", "주소와 날짜는 한쪽에만 적거나 똑같이 적어 주세요"}, [2]string{"the source differs between the languages: %s, %s", "Write address and dates the same way in both, or in one only"}},

	// IDs.
	"id-long":    {Error, [2]string{"id가 64바이트보다 깁니다: %s", "더 짧게 적어 주세요(한글은 21자까지)"}, [2]string{"the id is longer than 64 bytes: %s", "Choose a shorter one"}},
	"id-odd":     {Error, [2]string{"id로 쓸 수 없는 글자가 있습니다: %s", "글자, 숫자, -, _, .만 쓰고 글자나 숫자로 시작해 주세요"}, [2]string{"the id has characters that an id must not have: %s", "Use letters, digits, -, _ and ., and begin with a letter or a digit"}},
	"id-perhaps": {Warning, [2]string{"%s은(는) id처럼 보이지만 글로 읽습니다", "id는 [Q4b]처럼 빈칸 없이 적어 주세요"}, [2]string{"%s looks like an id but is read as text", "Write an id without spaces, as in [Q4b]"}},
	"entry-twice": {Error, [2]string{"id %s은(는) %s에 이미 있습니다", "파일 이름을 바꾸거나 맨 위에 다른 `id:`를 적어 주세요"},
		[2]string{"the id %s is already used in %s", "Rename the file, or give another `id:` at the top"}},
	"claim-twice":    {Error, [2]string{"문장 id %s은(는) %s에 이미 있습니다", "다른 id를 적거나 id를 지워 주세요"}, [2]string{"the claim id %s is already used in %s", "Choose another id, or delete it"}},
	"claim-repeated": {Error, [2]string{"문장 id %s을(를) 두 번 썼습니다", "한쪽을 바꾸거나 지워 주세요"}, [2]string{"the claim id %s is used twice", "Change or delete one of them"}},
	"note-repeated":  {Error, [2]string{"참고 id %s을(를) 두 번 썼습니다", "한쪽을 바꾸거나 지워 주세요"}, [2]string{"the note id %s is used twice", "Change or delete one of them"}},

	// Headings and languages.
	"no-question":       {Error, [2]string{"질문이 없습니다", "첫 줄에 `# `과 질문을 적어 주세요. 예: `# 주차는 어디에 하나요?`"}, [2]string{"there is no question", "Begin the file with `# ` and the question, as in `# Where can I park?`"}},
	"empty-question":    {Error, [2]string{"#만 있고 질문이 없습니다", "# 뒤에 질문을 적어 주세요"}, [2]string{"a # without a question", "Write the question after the #"}},
	"no-answer":         {Error, [2]string{"답이 없습니다: %s", "질문 바로 아래에 답을 적어 주세요"}, [2]string{"there is no answer: %s", "Write the answer right below the question"}},
	"before-question":   {Warning, [2]string{"질문보다 앞에 있는 글은 읽지 않습니다", "`# 질문` 아래로 옮겨 주세요"}, [2]string{"text before the question is not read", "Move it below the line `# The question`"}},
	"second-question":   {Error, [2]string{"같은 언어로 된 두 번째 질문입니다: %s", "질문 하나에 파일 하나씩 나누거나, 다르게 묻는 말이면 `## 다른 표현` 아래에 적어 주세요"}, [2]string{"a second question in the same language: %s", "Give each question its own file; if it is another wording, put it under `## Other phrasings`"}},
	"section-misspelt":  {Error, [2]string{"모르는 소제목입니다: %s. 혹시 %s인가요?", "소제목을 고쳐 주세요"}, [2]string{"unknown heading: %s; did you mean %s?", "Correct the heading"}},
	"section-unknown":   {Error, [2]string{"모르는 소제목입니다: %s", "`다른 표현`, `답하지 않는 질문`, `참고`, `출처` 가운데 하나로 적거나, 답의 일부라면 ##을 지워 주세요"}, [2]string{"unknown heading: %s", "Use `Other phrasings`, `Not answered here`, `Notes` or `Source`; if it is part of the answer, delete the ##"}},
	"subheading":        {Warning, [2]string{"답 안의 소제목은 보이지 않습니다: %s", "필요한 말이면 문장으로 적어 주세요"}, [2]string{"a heading inside an answer is not shown: %s", "Write it as a sentence if readers need it"}},
	"underlined":        {Error, [2]string{"글 바로 아래의 --- 줄 때문에 그 글이 제목이 되었습니다", "--- 앞에 빈 줄을 넣어 주세요"}, [2]string{"a line of --- right below text makes that text a heading", "Put an empty line before the ---"}},
	"language-unknown":  {Warning, [2]string{"한국어인지 영어인지 알 수 없어 영어로 읽습니다: %s", "맨 위에 `lang: ko`나 `lang: en`을 적어 주세요"}, [2]string{"neither Korean nor English, read as English: %s", "Write `lang: ko` or `lang: en` at the top"}},
	"language-mismatch": {Warning, [2]string{"위 제목과 언어가 다릅니다: %s", "같은 언어의 제목 아래로 옮겨 주세요"}, [2]string{"not in the language of the heading above: %s", "Move it below the heading in its language"}},

	// Claims.
	"empty-claim": {Warning, [2]string{"빈 항목입니다", "내용을 적거나 줄을 지워 주세요"}, [2]string{"an empty item", "Fill it in, or delete the line"}},
	"claim-alone": {Warning, [2]string{"한 언어에만 있는 문장입니다: %s", "두 언어의 문장 수를 맞추거나, 짝이 되는 문장에 같은 [id]를 붙여 주세요"},
		[2]string{"a statement that one language lacks: %s", "Write as many statements in both languages, or give those that belong together the same [id]"}},
	"claim-long":      {Warning, [2]string{"문장 하나가 %d자보다 깁니다", "짧은 문장 여러 개로 나누어 주세요"}, [2]string{"a statement of more than %d characters", "Split it into short sentences"}},
	"link-definition": {Error, [2]string{"따로 적은 링크 정의는 쓸 수 없습니다", "[글](https://주소)처럼 문장 안에 적어 주세요"}, [2]string{"a link defined in its own line", "Write the address in the sentence: [words](https://address)"}},
	"image":           {Warning, [2]string{"그림은 보이지 않습니다", "그림이 말하는 것을 글로 적어 주세요"}, [2]string{"pictures are not shown", "Say in words what the picture says"}},
	"html":            {Warning, [2]string{"HTML은 읽지 않습니다", "Markdown이나 보통 글로 적어 주세요"}, [2]string{"HTML is not read", "Write it as Markdown or plain text"}},
	"indented":        {Warning, [2]string{"네 칸 들여 쓴 글을 보통 문장으로 읽습니다", "앞의 빈칸을 지우고, 코드라면 위아래에 ``` 줄을 넣어 주세요"}, [2]string{"text indented by four spaces is read as an ordinary sentence", "Delete the spaces; if it is code, put a line ``` before and after it"}},

	// Phrasings and notes.
	"empty-phrasing":         {Error, [2]string{"빈 질문입니다", "질문을 적거나 줄을 지워 주세요"}, [2]string{"an empty question", "Fill it in, or delete the line"}},
	"phrasing-long":          {Warning, [2]string{"질문 하나가 %d바이트보다 깁니다", "사람들이 실제로 묻는 만큼 짧게 적어 주세요"}, [2]string{"a question of more than %d bytes", "Write it as short as people ask it"}},
	"phrasing-repeated":      {Warning, [2]string{"같은 질문이 또 있습니다: %s", "한쪽을 지워 주세요"}, [2]string{"the same question again: %s", "Delete one of them"}},
	"phrasing-twice":         {Warning, [2]string{"같은 질문이 다른 파일에도 있습니다: %s, %s", "어느 파일이 답할지 정하고 한쪽을 지워 주세요"}, [2]string{"another file has the same question: %s, %s", "Decide which of them answers it, and delete the other"}},
	"near-miss-is-phrasing":  {Warning, [2]string{"답하는 질문과 답하지 않는 질문에 모두 있습니다: %s", "한쪽을 지워 주세요"}, [2]string{"listed both as answered and as not answered: %s", "Delete one of them"}},
	"phrasing-unknown-claim": {Error, [2]string{"질문이 가리키는 문장이 이 파일에 없습니다: %s", "답에 [id]로 적힌 이름을 쓰거나, 대괄호 부분을 지워 주세요"}, [2]string{"the question asks for a statement that this file does not have: %s", "Use an [id] of the answer, or delete the brackets"}},
	"near-miss-claim":        {Warning, [2]string{"답하지 않는 질문에는 문장 이름을 적지 않습니다: %s", "대괄호 부분을 지워 주세요"}, [2]string{"a question that is not answered asks for no statement: %s", "Delete the brackets"}},
	"not-a-question":         {Warning, [2]string{"이 자리에는 질문만 적습니다", "`- 질문`처럼 한 줄에 하나씩 적어 주세요"}, [2]string{"only questions belong here", "Write one question a line, as in `- question`"}},
	"not-a-note":             {Warning, [2]string{"참고로 읽을 수 없습니다", "`- [C1: Q5b] 글`처럼 한 줄에 하나씩 적어 주세요"}, [2]string{"this cannot be read as a note", "Write one note a line, as in `- [C1: Q5b] text`"}},
	"empty-note":             {Warning, [2]string{"빈 참고입니다", "내용을 적거나 줄을 지워 주세요"}, [2]string{"an empty note", "Fill it in, or delete the line"}},
	"note-unknown-claim":     {Error, [2]string{"참고가 가리키는 문장이 이 파일에 없습니다: %s", "답에 [id]로 적힌 이름을 쓰거나, 대괄호 부분을 지워 답 전체에 붙이세요"}, [2]string{"the note is on a statement that this file does not have: %s", "Use an [id] of the answer, or delete the brackets to put the note on the whole answer"}},
	"note-differs":           {Warning, [2]string{"참고 %s이(가) 가리키는 문장이 언어마다 다릅니다", "두 언어에 같은 id를 적어 주세요"}, [2]string{"the note %s is on other statements in the other language", "Write the same ids in both"}},
	"note-alone":             {Warning, [2]string{"한 언어에만 있는 참고입니다: %s", "다른 언어로도 적어 주세요"}, [2]string{"a note that one language lacks: %s", "Write it in the other language, too"}},

	// Aliases.
	"alias-alone": {Warning, [2]string{"같은 뜻의 낱말이 하나뿐입니다: %s", "`라마, Llama`처럼 쉼표로 나누어 둘 이상 적어 주세요"}, [2]string{"a row with one word only: %s", "Write two or more with commas between them, as in `라마, Llama`"}},
	"alias-odd":   {Warning, [2]string{"낱말이 아닙니다: %s", "100바이트 이하의 낱말만 적어 주세요"}, [2]string{"not a word: %s", "Write words of at most 100 bytes"}},
	"alias-twice": {Warning, [2]string{"%s은(는) %d번째 줄에도 있습니다", "뜻이 같으면 한 줄로 합치고, 아니면 한쪽을 지워 주세요"}, [2]string{"%s is in line %d, too", "Join the two rows if they mean the same, or delete one of the words"}},
}
