package prompts

// findings are the words for every finding of doctor, by code. What is in order
// needs no advice; everything else says what to do.
var findings = map[string]bothWordings{
	"knowledge": {
		ko: wording{"항목 {entries}개를 읽었습니다 (한국어 {ko}개, 영어 {en}개).", ""},
		en: wording{"{entries} entries are loaded ({ko} in Korean, {en} in English).", ""},
	},
	"knowledge.none": {
		ko: wording{"읽을 수 있는 항목이 없습니다: {detail}", "KNOWLEDGE_DIR에 Markdown 항목이 든 폴더를 지정하거나 KNOWLEDGE_BUILTIN을 켜 두세요."},
		en: wording{"There is no entry to answer from: {detail}", "Name a folder of Markdown entries with KNOWLEDGE_DIR, or leave KNOWLEDGE_BUILTIN on."},
	},
	"knowledge.errors": {
		ko: wording{"쓸 수 없는 항목이 있습니다. 오류 {errors}건, 첫 번째: {first}", "openai-explain kb lint {folder} 로 모두 확인하고 고치세요. 고칠 때까지 그 항목은 빠집니다."},
		en: wording{"Some entries cannot be used: {errors} errors, the first: {first}", "List and mend them with: openai-explain kb lint {folder}. Until then those entries are left out."},
	},
	"knowledge.warnings": {
		ko: wording{"항목에 확인할 점이 {warnings}건 있습니다. 첫 번째: {first}", "openai-explain kb lint {folder} 로 확인하세요."},
		en: wording{"The entries have {warnings} warnings, the first: {first}", "See them all with: openai-explain kb lint {folder}"},
	},
	"knowledge.calibrated": {
		ko: wording{"답변 기준 {at}을 이 자료의 질문 {probes}개로 정했습니다. 답할 수 있는 질문 중 {silent}%는 되묻거나 답하지 않습니다.", ""},
		en: wording{"It answers from a confidence of {at}, found with {probes} questions of these entries; it stays silent on {silent} % of those it could answer.", ""},
	},
	"knowledge.uncalibrated": {
		ko: wording{"다르게 묻는 표현이 적어 답변 기준을 이 자료에 맞추지 못하고 기본값 {at}을 씁니다.", "항목마다 phrasings(다르게 묻는 표현)를 두세 개씩 적어 주세요."},
		en: wording{"There are too few phrasings to fit the threshold to these entries; the default, {at}, is used.", "Give every entry two or three other phrasings of its question."},
	},
	"prompts": {
		ko: wording{"안내 문장에 문제가 없습니다. 바꿔 쓴 문장: {replaced}개", ""},
		en: wording{"The sentences are in order; {replaced} of them are replaced.", ""},
	},
	"prompts.broken": {
		ko: wording{"PROMPTS_DIR의 문장을 쓸 수 없습니다: {detail}", "그 파일의 그 줄을 고치거나 파일을 지우세요. 지우면 기본 문장을 씁니다."},
		en: wording{"A sentence in PROMPTS_DIR cannot be used: {detail}", "Mend that line of that file, or remove the file: the built-in sentence is used then."},
	},
	"store": {
		ko: wording{"데이터 폴더 {folder}를 쓸 수 있습니다.", ""},
		en: wording{"The data folder {folder} can be used.", ""},
	},
	"store.new": {
		ko: wording{"데이터 폴더 {folder}는 아직 없고, 처음 시작할 때 만들어집니다.", ""},
		en: wording{"The data folder {folder} is not there yet; the first start makes it.", ""},
	},
	"store.free": {
		ko: wording{"디스크 여유 공간: {mib} MiB", ""},
		en: wording{"{mib} MiB of the disk are free.", ""},
	},
	"store.unwritable": {
		ko: wording{"{folder} 폴더에 쓸 수 없습니다: {detail}", "폴더의 소유자와 권한을 확인하거나 DATA_DIR로 다른 폴더를 지정하세요."},
		en: wording{"The folder {folder} cannot be written to: {detail}", "Check who owns it and its permissions, or name another folder with DATA_DIR."},
	},
	"store.unreadable": {
		ko: wording{"데이터 폴더의 파일을 읽을 수 없습니다: {detail}", "파일 권한을 확인하세요."},
		en: wording{"A file of the data folder cannot be read: {detail}", "Check the permissions of its files."},
	},
	"store.full": {
		ko: wording{"{folder}의 여유 공간이 {mib} MiB뿐이라 질문을 받을 수 없습니다.", "{least} MiB 이상 비우거나 DATA_DIR로 다른 디스크를 지정하세요."},
		en: wording{"Only {mib} MiB are free for {folder}: no question would be accepted.", "Free at least {least} MiB, or name a folder on another disk with DATA_DIR."},
	},
	"store.low": {
		ko: wording{"{folder}의 여유 공간이 {mib} MiB입니다.", "1 GiB 이상 비워 두세요. 부족해지면 새 질문을 받지 않습니다."},
		en: wording{"{mib} MiB are free for {folder}.", "Keep 1 GiB free: questions are refused when it runs out."},
	},
	"store.free.unknown": {
		ko: wording{"{folder}의 여유 공간을 알 수 없습니다: {detail}", "디스크가 제대로 연결되어 있는지 확인하세요."},
		en: wording{"How much is free for {folder} cannot be told: {detail}", "Check that the disk is mounted as it should be."},
	},
	"store.slow": {
		ko: wording{"{folder}에 안전하게 기록하는 데 {ms} ms가 걸립니다. 질문마다 이만큼 기다립니다.", "가능하면 SSD나 로컬 디스크를 쓰고 네트워크 드라이브는 피하세요."},
		en: wording{"Writing safely to {folder} takes {ms} ms; every question waits for that.", "Use an SSD or another local disk, not a network drive, where you can."},
	},
	"store.locked": {
		ko: wording{"데이터 폴더 {folder}를 다른 프로세스가 쓰고 있습니다 {holder}.", "실행 중인 봇이라면 정상입니다. 아니라면 그 프로세스를 끝내세요. 한 폴더는 한 프로세스만 쓸 수 있습니다."},
		en: wording{"Another process is using the data folder {folder} {holder}.", "If that is the running bot, all is well. Otherwise stop it: only one process can use a folder."},
	},
	"store.damaged": {
		ko: wording{"저장소가 손상되어 질문을 받지 않습니다: {reasons}", "백업을 복원하거나(openai-explain restore FILE), 남은 것으로 계속하려면 {file} 파일을 지우세요."},
		en: wording{"The store is damaged, and no question is accepted: {reasons}", "Restore a backup (openai-explain restore FILE), or remove {file} to go on with what is left."},
	},
	"cluster": {
		ko: wording{"클러스터에 연결했고 JetStream이 켜져 있습니다: {servers}", ""},
		en: wording{"The cluster answers, and JetStream is on: {servers}", ""},
	},
	"cluster.unreachable": {
		ko: wording{"NATS_URL의 서버에 연결할 수 없습니다 ({servers}): {detail}", "주소, 방화벽, 로그인 정보를 확인하세요."},
		en: wording{"The servers of NATS_URL cannot be reached ({servers}): {detail}", "Check the address, the firewall and the login."},
	},
	"cluster.jetstream": {
		ko: wording{"{servers}에서 JetStream을 쓸 수 없습니다: {detail}", "서버 설정에서 jetstream을 켜고 계정에도 허용하세요."},
		en: wording{"JetStream cannot be used at {servers}: {detail}", "Switch jetstream on in the servers' configuration, and for the account."},
	},
	"cluster.single": {
		ko: wording{"서버가 세 대보다 적어 질문을 한 벌만 보관합니다.", "서버 한 대가 고장 나도 질문을 잃지 않으려면 세 대 이상으로 구성하세요."},
		en: wording{"There are fewer than three servers: each question is kept once.", "Run three or more, so that no question is lost with a server."},
	},
	"cluster.replicas": {
		ko: wording{"질문을 {copies}벌 보관합니다.", ""},
		en: wording{"Each question is kept {copies} times.", ""},
	},
	"model.none": {
		ko: wording{"모델을 설정하지 않았습니다. 답변은 검토된 문장 그대로 나갑니다.", ""},
		en: wording{"No model is configured: answers are the reviewed claims themselves.", ""},
	},
	"model.config": {
		ko: wording{"모델 설정이 잘못됐습니다: {detail}", "OPENAI_BASE_URL과 OPENAI_MODEL을 확인하세요."},
		en: wording{"The model is not configured right: {detail}", "Check OPENAI_BASE_URL and OPENAI_MODEL."},
	},
	"model.unreachable": {
		ko: wording{"모델 서버에 연결할 수 없습니다: {detail}", "모델 서버가 실행 중인지, OPENAI_BASE_URL과 키가 맞는지 확인하세요. 그동안 답변은 모델 없이 나갑니다."},
		en: wording{"The model's endpoint cannot be used: {detail}", "Check that it runs, and OPENAI_BASE_URL and the key. Until then answers go out without it."},
	},
	"model.chat": {
		ko: wording{"{model} 모델이 {ms} ms 만에 답했습니다.", ""},
		en: wording{"The model {model} answered within {ms} ms.", ""},
	},
	"model.chat.failed": {
		ko: wording{"{model} 모델이 답하지 않습니다: {detail}", "서버에 있는 모델: {models}. 없다면 내려받거나(Ollama: ollama pull {model}) OPENAI_MODEL을 고치세요."},
		en: wording{"The model {model} does not answer: {detail}", "The endpoint has: {models}. Fetch it (Ollama: ollama pull {model}), or change OPENAI_MODEL."},
	},
	"model.unlisted": {
		ko: wording{"{model} 모델이 서버의 목록에 없는데도 서버가 답합니다. 실제로 답한 모델: {echo}", "서버에 있는 모델: {models}. 의도한 모델인지 확인하고 OPENAI_MODEL을 맞추세요."},
		en: wording{"The model {model} is not in the endpoint's list, yet something answers: {echo}", "The endpoint has: {models}. Check that it is the one you mean, and set OPENAI_MODEL."},
	},
	"model.schema": {
		ko: wording{"JSON 스키마를 지킵니다.", ""},
		en: wording{"It follows JSON schemas.", ""},
	},
	"model.schema.ignored": {
		ko: wording{"JSON 스키마를 지키지 않습니다: {detail}", "그대로 써도 됩니다. 대신 한 줄짜리 형식으로 묻습니다. 스키마를 지원하는 서버(최신 Ollama, llama-server)라면 더 안정적입니다."},
		en: wording{"It does not follow JSON schemas: {detail}", "That works: it is asked for a line of text instead. A server with schemas (a current Ollama or llama-server) is steadier."},
	},
	"model.window": {
		ko: wording{"가장 긴 질문({tokens} 토큰)도 끝까지 읽습니다.", ""},
		en: wording{"It reads the longest prompt of these entries to its end ({tokens} tokens).", ""},
	},
	"model.window.unknown": {
		ko: wording{"서버가 읽은 토큰 수를 알려 주지 않아, 긴 질문이 잘리는지 알 수 없습니다.", "모델의 컨텍스트를 8192 토큰 이상으로 설정해 두세요."},
		en: wording{"The endpoint does not say how much it read: whether a long prompt is cut cannot be told.", "Give the model a context of at least 8,192 tokens."},
	},
	"model.window.small": {
		ko: wording{"컨텍스트가 너무 작아 긴 질문이 잘립니다: {detail}", "컨텍스트를 8192 이상으로 늘리세요. Ollama: OLLAMA_CONTEXT_LENGTH=8192, llama-server: -c 8192. 그때까지 긴 질문은 근거를 반으로 줄여 다시 묻습니다."},
		en: wording{"Its context is too small, and long prompts are cut: {detail}", "Make it at least 8,192: OLLAMA_CONTEXT_LENGTH=8192 for Ollama, -c 8192 for llama-server. Until then long prompts are asked again with half of the evidence."},
	},
	"model.embed": {
		ko: wording{"임베딩 모델 {model}이 {dims}차원 벡터를 만듭니다.", ""},
		en: wording{"The embedding model {model} makes vectors of {dims} dimensions.", ""},
	},
	"model.embed.failed": {
		ko: wording{"임베딩 모델 {model}을 쓸 수 없습니다: {detail}", "모델 이름을 확인하세요. llama-server는 --embeddings로 시작해야 합니다. 그동안 검색은 단어로만 합니다."},
		en: wording{"The embedding model {model} cannot be used: {detail}", "Check its name; llama-server has to be started with --embeddings. Until then search goes by words alone."},
	},
	"slack.none": {
		ko: wording{"설정하지 않았습니다.", ""},
		en: wording{"Not configured.", ""},
	},
	"slack.config": {
		ko: wording{"Slack 설정이 잘못됐습니다: {detail}", "openai-explain manifest slack 으로 앱을 만들고 두 토큰을 다시 복사하세요."},
		en: wording{"Slack is not configured right: {detail}", "Create the app from openai-explain manifest slack, and copy both tokens again."},
	},
	"slack.unreachable": {
		ko: wording{"Slack에서 답을 받지 못했습니다: {detail}", "네트워크와 방화벽을 확인하세요. 인터넷의 slack.com으로 나가는 HTTPS가 필요합니다."},
		en: wording{"Slack does not answer: {detail}", "Check the network and the firewall: HTTPS to slack.com is needed."},
	},
	"slack.token": {
		ko: wording{"{team} 워크스페이스에 {user}(으)로 연결됩니다.", ""},
		en: wording{"The bot token is of {user} in the workspace {team}.", ""},
	},
	"slack.token.refused": {
		ko: wording{"Slack이 봇 토큰을 받지 않습니다: {code}", "앱 설정의 OAuth & Permissions에서 Bot User OAuth Token(xoxb-…)을 다시 복사해 SLACK_BOT_TOKEN에 넣으세요. 앱이 제거됐다면 먼저 다시 설치하세요."},
		en: wording{"Slack does not accept the bot token: {code}", "Copy the Bot User OAuth Token (xoxb-…) again from OAuth & Permissions into SLACK_BOT_TOKEN. If the app was removed, install it again first."},
	},
	"slack.scopes": {
		ko: wording{"필요한 권한(scope)이 모두 있습니다.", ""},
		en: wording{"The token has every scope that is needed.", ""},
	},
	"slack.scopes.missing": {
		ko: wording{"토큰에 권한이 빠져 있습니다: {scopes}", "OAuth & Permissions의 Bot Token Scopes에 추가한 뒤 반드시 ‘Reinstall to Workspace’로 다시 설치하세요. 설치하기 전에는 토큰에 적용되지 않습니다. 토큰이 바뀌었으면 새로 복사하세요."},
		en: wording{"The token lacks scopes: {scopes}", "Add them under OAuth & Permissions, Bot Token Scopes, and then Reinstall to Workspace: until then the token does not have them. Copy the token again if it changed."},
	},
	"slack.scopes.unknown": {
		ko: wording{"Slack이 토큰의 권한을 알려 주지 않았습니다.", "중간에 프록시가 있다면 응답 헤더 x-oauth-scopes를 지우지 않게 하세요."},
		en: wording{"Slack did not say which scopes the token has.", "If there is a proxy in between, let it keep the header x-oauth-scopes."},
	},
	"slack.http": {
		ko: wording{"HTTP 방식입니다. 서명 비밀 값이 맞는지는 Slack이 요청 주소를 확인할 때 알 수 있습니다.", ""},
		en: wording{"HTTP mode. Whether the signing secret is right shows when Slack verifies the request URL.", ""},
	},
	"slack.socket": {
		ko: wording{"Socket Mode로 연결할 수 있습니다.", ""},
		en: wording{"Socket Mode can connect.", ""},
	},
	"slack.socket.scope": {
		ko: wording{"앱 토큰에 connections:write 권한이 없습니다.", "Basic Information의 App-Level Tokens에서 connections:write로 새 토큰을 만들어 SLACK_APP_TOKEN에 넣으세요."},
		en: wording{"The app token lacks connections:write.", "Make a new one with it under Basic Information, App-Level Tokens, and put it into SLACK_APP_TOKEN."},
	},
	"slack.socket.off": {
		ko: wording{"Socket Mode가 꺼져 있습니다.", "앱 설정의 Socket Mode에서 켜세요."},
		en: wording{"Socket Mode is off.", "Switch it on in the app's settings, under Socket Mode."},
	},
	"slack.socket.refused": {
		ko: wording{"Slack이 앱 토큰을 받지 않습니다: {code}", "Basic Information의 App-Level Tokens에서 토큰(xapp-…)을 다시 복사해 SLACK_APP_TOKEN에 넣으세요."},
		en: wording{"Slack does not accept the app token: {code}", "Copy the token (xapp-…) again from Basic Information, App-Level Tokens, into SLACK_APP_TOKEN."},
	},
	"slack.channel": {
		ko: wording{"{channel} 채널에 글을 올리고, 읽고, 지웠습니다.", ""},
		en: wording{"In {channel} a message was posted, read back and deleted.", ""},
	},
	"slack.channel.out": {
		ko: wording{"봇이 {channel} 채널에 들어가 있지 않습니다 ({code}).", "그 채널에서 /invite 로 봇을 초대하세요. 채널 이름이 아니라 ID(C…)를 적어야 합니다."},
		en: wording{"The bot is not in the channel {channel} ({code}).", "Invite it there with /invite. Give the channel's ID (C…), not its name."},
	},
	"slack.channel.post": {
		ko: wording{"{channel} 채널에 글을 올리지 못했습니다: {detail}", "채널에 글을 쓸 수 있는 사람이 제한되어 있는지 확인하세요."},
		en: wording{"Nothing could be posted in {channel}: {detail}", "Check whether only some people may post there."},
	},
	"slack.channel.read": {
		ko: wording{"{channel} 채널에 올린 글을 다시 읽지 못했습니다: {detail}", "channels:history 권한이 있어야 재시작한 뒤 같은 답을 두 번 올리지 않습니다."},
		en: wording{"What was posted in {channel} could not be read back: {detail}", "With channels:history no answer is posted twice after a crash."},
	},
	"slack.channel.delete": {
		ko: wording{"{channel} 채널에 올린 확인용 글을 지우지 못했습니다: {detail}", "직접 지워 주세요."},
		en: wording{"The check's message in {channel} could not be deleted: {detail}", "Please delete it by hand."},
	},
	"discord.none": {
		ko: wording{"설정하지 않았습니다.", ""},
		en: wording{"Not configured.", ""},
	},
	"discord.config": {
		ko: wording{"Discord 설정이 잘못됐습니다: {detail}", "DISCORD_TOKEN을 개발자 포털에서 다시 복사하세요."},
		en: wording{"Discord is not configured right: {detail}", "Copy DISCORD_TOKEN again from the developer portal."},
	},
	"discord.unreachable": {
		ko: wording{"Discord에서 답을 받지 못했습니다: {detail}", "네트워크와 방화벽을 확인하세요. 인터넷의 discord.com으로 나가는 HTTPS가 필요합니다."},
		en: wording{"Discord does not answer: {detail}", "Check the network and the firewall: HTTPS to discord.com is needed."},
	},
	"discord.token": {
		ko: wording{"{name} 애플리케이션의 토큰입니다.", ""},
		en: wording{"The token is of the application {name}.", ""},
	},
	"discord.token.refused": {
		ko: wording{"Discord가 봇 토큰을 받지 않습니다.", "{portal} 의 Bot 메뉴에서 Reset Token으로 새 토큰을 만들어 DISCORD_TOKEN에 넣으세요."},
		en: wording{"Discord does not accept the bot's token.", "Make a new one at {portal}, Bot, Reset Token, and put it into DISCORD_TOKEN."},
	},
	"discord.intent": {
		ko: wording{"메시지 내용 인텐트(message content)가 켜져 있습니다.", ""},
		en: wording{"The message-content intent is on.", ""},
	},
	"discord.intent.unused": {
		ko: wording{"메시지 내용 인텐트를 쓰지 않습니다. 다이렉트 메시지, 멘션, 명령어만 읽습니다.", ""},
		en: wording{"The message-content intent is not used: the bot reads direct messages, mentions and commands only.", ""},
	},
	"discord.intent.missing": {
		ko: wording{"DISCORD_MESSAGE_CONTENT를 켰지만 개발자 포털에서는 메시지 내용 인텐트가 꺼져 있습니다. 이대로면 Discord가 연결을 거절합니다(4014).", "{portal} 의 Bot 메뉴에서 Message Content Intent를 켜거나, 멘션 없는 이어지는 질문을 읽을 필요가 없다면 DISCORD_MESSAGE_CONTENT를 끄세요."},
		en: wording{"DISCORD_MESSAGE_CONTENT is on, but the message-content intent is off in the developer portal: Discord would refuse to connect (4014).", "Switch on Message Content Intent at {portal}, Bot; or switch DISCORD_MESSAGE_CONTENT off if the bot need not read what does not mention it."},
	},
	"discord.nowhere": {
		ko: wording{"봇이 어느 서버에도 들어가 있지 않습니다.", "이 주소로 초대하세요: {link}"},
		en: wording{"The bot is in no server.", "Invite it with: {link}"},
	},
	"discord.commands": {
		ko: wording{"{command} 명령어가 등록되어 있습니다.", ""},
		en: wording{"The command {command} is registered.", ""},
	},
	"discord.commands.missing": {
		ko: wording{"{command} 명령어가 등록되어 있지 않거나 예전 것입니다.", "openai-explain serve 를 시작하면 등록됩니다."},
		en: wording{"The command {command} is not registered, or is an old one.", "openai-explain serve registers it when it starts."},
	},
	"discord.starts": {
		ko: wording{"오늘 더 연결할 수 있는 횟수: {left}/{total}", ""},
		en: wording{"It may connect {left} of {total} more times today.", ""},
	},
	"discord.starts.few": {
		ko: wording{"오늘 연결할 수 있는 횟수가 {left}/{total}번 남았습니다.", "다 쓰면 Discord가 토큰을 초기화합니다. 봇이 계속 재시작하고 있지 않은지 확인하세요."},
		en: wording{"It may connect only {left} of {total} more times today.", "Discord resets the token when they are used up. Check whether the bot keeps restarting."},
	},
	"discord.channel": {
		ko: wording{"{channel} 채널에 글을 올리고, 읽고, 지웠습니다.", ""},
		en: wording{"In {channel} a message was posted, read back and deleted.", ""},
	},
	"discord.channel.id": {
		ko: wording{"{channel}은(는) 채널 ID가 아닙니다.", "Discord 설정의 고급에서 개발자 모드를 켜고, 채널을 오른쪽 클릭해 ID를 복사하세요."},
		en: wording{"{channel} is not a channel's ID.", "Switch on Developer Mode in Discord's advanced settings, right-click the channel and copy its ID."},
	},
	"discord.channel.out": {
		ko: wording{"봇이 {channel} 채널을 쓸 수 없습니다 ({reason}).", "봇을 그 서버에 초대하고 채널 권한에서 채널 보기, 메시지 보내기, 메시지 기록 보기를 허용하세요."},
		en: wording{"The bot cannot use the channel {channel} ({reason}).", "Invite it to that server, and allow it View Channel, Send Messages and Read Message History there."},
	},
	"discord.channel.post": {
		ko: wording{"{channel} 채널에 글을 올리지 못했습니다: {detail}", "채널 권한에서 메시지 보내기를 허용하세요."},
		en: wording{"Nothing could be posted in {channel}: {detail}", "Allow the bot Send Messages there."},
	},
	"discord.channel.read": {
		ko: wording{"{channel} 채널에 올린 글을 다시 읽지 못했습니다: {detail}", "채널 권한에서 메시지 기록 보기를 허용하세요. 재시작한 뒤 같은 답을 두 번 올리지 않으려면 필요합니다."},
		en: wording{"What was posted in {channel} could not be read back: {detail}", "Allow the bot Read Message History there: it keeps answers from being posted twice after a crash."},
	},
	"discord.channel.delete": {
		ko: wording{"{channel} 채널에 올린 확인용 글을 지우지 못했습니다: {detail}", "직접 지워 주세요."},
		en: wording{"The check's message in {channel} could not be deleted: {detail}", "Please delete it by hand."},
	},
	"http": {
		ko: wording{"{addr} 주소를 쓸 수 있습니다.", ""},
		en: wording{"The address {addr} is free.", ""},
	},
	"http.taken": {
		ko: wording{"{addr} 주소를 이미 다른 프로세스가 쓰고 있습니다.", "실행 중인 봇이라면 정상입니다. 아니라면 HTTP_ADDR로 다른 포트를 지정하세요."},
		en: wording{"Another process listens on {addr} already.", "If that is the running bot, all is well. Otherwise choose another port with HTTP_ADDR."},
	},
	"http.bad": {
		ko: wording{"{addr} 주소를 열 수 없습니다: {detail}", "HTTP_ADDR를 127.0.0.1:8080 같은 형식으로 적으세요."},
		en: wording{"The address {addr} cannot be opened: {detail}", "Write HTTP_ADDR like 127.0.0.1:8080."},
	},
}
