/**
 * Who may call what: every route of the server, and what is answered to
 *
 * - `nobody`: somebody without a token,
 * - `app`: an app that acts for itself,
 * - `scope`: the owner by an app that he let in for something else,
 * - `other`: another user,
 * - `owner`: the owner of what the row is about.
 *
 * Each row is asked in this order. A name in angle brackets is something of the owner's (`<list>`), or
 * somebody: kit/access-things.ts says which. After the address stands what is sent.
 */
export const ACCESS = `
nobody app   scope other owner
# The classic API
200    200   200   200   200   GET /ping
200    200   200   200   200   GET /ready
200    200   200   200   200   POST /sign-up {"name":"<new>","email":"<new>@example.com","password":"engines dream of numbers"}
401    401   401   401   401   POST /login {"email":"<ownerEmail>","password":"not this one"}
401    401   403   200   200   POST /tweet {"tweet":"hello"}
401    401   403   200   200   POST /follow {"follow":<third>}
401    401   403   200   200   POST /unfollow {"unfollow":<third>}
401    401   403   200   200   GET /timeline
200    200   200   200   200   GET /timeline/<owner>
401    401   403   200   200   POST /profile-picture profile_pic=(picture)
401    401   403   200   200   POST /profile-picture/s3 profile_pic=(picture)
404    404   404   404   404   GET /profile-picture/<owner>
404    404   404   404   404   GET /profile-picture/s3/<owner>

# Pictures, and what programs look up
200    200   200   200   200   GET /media/<file>
200    200   200   200   200   GET /avatars/missing.png
200    200   200   200   200   GET /headers/missing.png
401    401   401   401   401   GET /metrics
200    200   200   200   200   GET /openapi.json
200    200   200   200   200   GET /docs
200    200   200   200   200   GET /docs/json
200    200   200   200   200   GET /docs/yaml
302    302   302   302   302   GET /docs/static/index.html
200    200   200   200   200   GET /docs/static/swagger-initializer.js
404    404   404   404   404   GET /docs/static/*
200    200   200   200   200   GET /.well-known/nodeinfo
200    200   200   200   200   GET /nodeinfo/2.0
200    200   200   200   200   GET /.well-known/oauth-authorization-server

# The web client: pages are for everybody, and have in them what everybody may see
200    200   200   200   200   GET /
200    200   200   200   200   GET /about
200    200   200   200   200   GET /bookmarks
200    200   200   200   200   GET /favourites
200    200   200   200   200   GET /home
200    200   200   200   200   GET /join
200    200   200   200   200   GET /lists
200    200   200   200   200   GET /lists/<list>
200    200   200   200   200   GET /notifications
200    200   200   200   200   GET /oauth-callback
200    200   200   200   200   GET /search
200    200   200   200   200   GET /settings
200    200   200   200   200   GET /settings/<word>
200    200   200   200   200   GET /signin
200    200   200   200   200   GET /tags/<word>
200    200   200   200   200   GET /@<name>
200    200   200   200   200   GET /@<name>/<public>
404    404   404   404   404   GET /@<name>/<direct>
200    200   200   200   200   GET /icon.svg
200    200   200   200   200   GET /_app/immutable/entry.A1b2.js
200    200   200   200   200   GET /service-worker.js

# The extension, and the pages that mails lead to
200    200   200   200   200   POST /api/minitter/v1/sign-up {"name":"<new>","email":"<new>@example.org","password":"engines dream of numbers","client_id":"minitter-web"}
202    202   202   202   202   POST /api/minitter/v1/password/forgot {"email":"<ownerEmail>"}
400    400   400   400   400   POST /api/minitter/v1/password/reset {"code":"guessed","password":"engines dream of numbers"}
400    400   400   400   400   POST /api/minitter/v1/email/confirm {"code":"guessed"}
401    403   403   202   202   POST /api/minitter/v1/email/confirmation
401    403   403   403   200   POST /api/minitter/v1/account/password {"current_password":"<ownerPassword>","password":"engines dream of numbers"}
401    403   403   403   200   POST /api/minitter/v1/account/email {"email":"<new>@example.org","password":"<ownerPassword>"}
401    403   403   403   200   POST /api/minitter/v1/account/delete {"password":"<ownerPassword>"}
401    403   403   200   200   GET /api/minitter/v1/account/export
401    403   403   200   200   GET /api/minitter/v1/sessions
401    403   403   200   200   DELETE /api/minitter/v1/sessions
401    403   403   404   200   DELETE /api/minitter/v1/sessions/<session>
200    200   200   200   200   GET /password/forgot
200    200   200   200   200   POST /password/forgot email=<ownerEmail>
200    200   200   200   200   GET /password/reset
400    400   400   400   400   POST /password/reset code=guessed&password=engines dream of numbers
200    200   200   200   200   GET /email/confirm
400    400   400   400   400   POST /email/confirm code=guessed

# Apps and OAuth
200    200   200   200   200   POST /api/v1/apps client_name=Tusk&redirect_uris=https://tusk.example/
401    200   200   403   403   GET /api/v1/apps/verify_credentials
400    400   400   400   400   GET /oauth/authorize
400    400   400   400   400   GET /oauth/authorize/
400    400   400   400   400   POST /oauth/authorize
400    400   400   400   400   POST /oauth/authorize/
401    401   401   401   401   POST /oauth/token grant_type=authorization_code&client_id=nobody&code=guessed&redirect_uri=https://tusk.example/
401    401   401   401   401   POST /oauth/revoke client_id=nobody&token=guessed
401    403   403   200   200   GET /oauth/userinfo
401    403   403   200   200   POST /oauth/userinfo

# The server
200    200   200   200   200   GET /api/v1/instance
200    200   200   200   200   GET /api/v2/instance
200    200   200   200   200   GET /api/v1/instance/peers
200    200   200   200   200   GET /api/v1/instance/activity
200    200   200   200   200   GET /api/v1/instance/rules
200    200   200   200   200   GET /api/v1/instance/extended_description
200    200   200   200   200   GET /api/v1/instance/privacy_policy
404    404   404   404   404   GET /api/v1/instance/terms_of_service
404    404   404   404   404   GET /api/v1/instance/terms_of_service/<date>
200    200   200   200   200   GET /api/v1/instance/translation_languages
200    200   200   200   200   GET /api/v1/instance/domain_blocks
200    200   200   200   200   GET /api/v1/announcements
200    200   200   200   200   GET /api/v1/custom_emojis
200    200   200   200   200   GET /api/v1/directory
200    200   200   200   200   GET /api/v1/trends
200    200   200   200   200   GET /api/v1/trends/links
200    200   200   200   200   GET /api/v1/trends/statuses
200    200   200   200   200   GET /api/v1/trends/tags

# Oneself
401    200   403   403   403   POST /api/v1/accounts username=<new>&email=<new>@example.net&password=engines dream of numbers&agreement=true
401    422   403   200   200   GET /api/v1/accounts/verify_credentials
401    422   403   200   200   PATCH /api/v1/accounts/update_credentials note=hello
401    422   403   200   200   DELETE /api/v1/profile/avatar
401    422   403   200   200   DELETE /api/v1/profile/header
401    422   403   200   200   GET /api/v1/preferences

# People
200    200   403   200   200   GET /api/v1/accounts?id[]=<owner>
200    200   403   200   200   GET /api/v1/accounts/lookup?acct=<name>
401    422   403   200   200   GET /api/v1/accounts/search?q=<name>
401    422   403   200   200   GET /api/v1/accounts/familiar_followers?id[]=<owner>
401    422   403   200   200   GET /api/v1/accounts/relationships?id[]=<third>
200    200   403   200   200   GET /api/v1/accounts/<owner>
200    200   403   200   200   GET /api/v1/accounts/<owner>/statuses
200    200   403   200   200   GET /api/v1/accounts/<owner>/followers
200    200   403   200   200   GET /api/v1/accounts/<owner>/following
200    200   403   200   200   GET /api/v1/accounts/<owner>/endorsements
200    200   403   200   200   GET /api/v1/accounts/<owner>/featured_tags
401    422   403   200   200   GET /api/v1/accounts/<owner>/lists
401    422   403   200   200   POST /api/v1/accounts/<third>/follow
401    422   403   200   200   POST /api/v1/accounts/<third>/unfollow
401    422   403   200   200   POST /api/v1/accounts/<third>/remove_from_followers
401    422   403   200   200   POST /api/v1/accounts/<third>/block
401    422   403   200   200   POST /api/v1/accounts/<third>/unblock
401    422   403   200   200   POST /api/v1/accounts/<third>/mute
401    422   403   200   200   POST /api/v1/accounts/<third>/unmute
401    422   403   200   200   POST /api/v1/accounts/<third>/note comment=hello
401    422   403   422   422   POST /api/v1/accounts/<third>/endorse
401    422   403   200   200   POST /api/v1/accounts/<third>/unendorse
401    422   403   422   422   POST /api/v1/accounts/<third>/pin
401    422   403   200   200   POST /api/v1/accounts/<third>/unpin
401    422   403   200   200   GET /api/v1/blocks
401    422   403   200   200   GET /api/v1/mutes
401    422   403   200   200   GET /api/v1/endorsements
401    422   403   200   200   GET /api/v1/follow_requests
401    422   403   404   200   POST /api/v1/follow_requests/<asker>/authorize
401    422   403   404   200   POST /api/v1/follow_requests/<asker>/reject

# Hashtags
401    422   403   200   200   GET /api/v1/followed_tags
200    200   403   200   200   GET /api/v1/tags/<word>
401    422   403   200   200   POST /api/v1/tags/<word>/follow
401    422   403   200   200   POST /api/v1/tags/<word>/unfollow

# Filters
401    422   403   200   200   GET /api/v2/filters
401    422   403   200   200   POST /api/v2/filters title=No&context[]=home
401    422   403   404   200   GET /api/v2/filters/<filter>
401    422   403   404   200   PUT /api/v2/filters/<filter> title=Never
401    422   403   404   200   DELETE /api/v2/filters/<filter>
401    422   403   404   200   GET /api/v2/filters/<filter>/keywords
401    422   403   404   200   POST /api/v2/filters/<filter>/keywords keyword=ending
401    422   403   404   200   GET /api/v2/filters/keywords/<keyword>
401    422   403   404   200   PUT /api/v2/filters/keywords/<keyword> keyword=ending
401    422   403   404   200   DELETE /api/v2/filters/keywords/<keyword>
401    422   403   404   200   GET /api/v2/filters/<filter>/statuses
401    422   403   404   200   POST /api/v2/filters/<filter>/statuses status_id=<public>
401    422   403   404   200   GET /api/v2/filters/statuses/<filteredStatus>
401    422   403   404   200   DELETE /api/v2/filters/statuses/<filteredStatus>
401    422   403   200   200   GET /api/v1/filters
401    422   403   200   200   POST /api/v1/filters phrase=spoiler&context[]=home
401    422   403   404   200   GET /api/v1/filters/<keyword>
401    422   403   404   200   PUT /api/v1/filters/<keyword> phrase=ending&context[]=home
401    422   403   404   200   DELETE /api/v1/filters/<keyword>

# Notifications
401    422   403   200   200   GET /api/v1/notifications
401    422   403   200   200   GET /api/v1/notifications/unread_count
401    422   403   404   200   GET /api/v1/notifications/<notification>
401    422   403   404   200   POST /api/v1/notifications/<notification>/dismiss
401    422   403   200   200   POST /api/v1/notifications/clear
401    422   403   200   200   GET /api/v2/notifications
401    422   403   200   200   GET /api/v2/notifications/unread_count
401    422   403   404   200   GET /api/v2/notifications/<group>
401    422   403   200   200   GET /api/v2/notifications/<group>/accounts
401    422   403   404   200   POST /api/v2/notifications/<group>/dismiss

# Statuses: <public> is everybody's to read, <direct> its author's alone
401    422   403   200   200   POST /api/v1/statuses status=hello
200    200   403   200   200   GET /api/v1/statuses?id[]=<direct>
200    200   403   200   200   GET /api/v1/statuses/<public>
200    200   403   200   200   GET /api/v1/statuses/<unlisted>
404    404   403   404   200   GET /api/v1/statuses/<private>
404    404   403   404   200   GET /api/v1/statuses/<direct>
401    422   403   404   200   PUT /api/v1/statuses/<public> status=changed
401    422   403   404   200   PUT /api/v1/statuses/<direct> status=changed
401    422   403   404   200   DELETE /api/v1/statuses/<public>
401    422   403   404   200   DELETE /api/v1/statuses/<direct>
200    200   403   200   200   GET /api/v1/statuses/<public>/context
404    404   403   404   200   GET /api/v1/statuses/<private>/context
200    200   403   200   200   GET /api/v1/statuses/<public>/history
404    404   403   404   200   GET /api/v1/statuses/<private>/history
401    422   403   404   200   GET /api/v1/statuses/<public>/source
200    200   403   200   200   GET /api/v1/statuses/<public>/favourited_by
404    404   403   404   200   GET /api/v1/statuses/<private>/favourited_by
200    200   403   200   200   GET /api/v1/statuses/<public>/reblogged_by
404    404   403   404   200   GET /api/v1/statuses/<private>/reblogged_by
401    422   403   200   200   POST /api/v1/statuses/<public>/favourite
401    422   403   404   200   POST /api/v1/statuses/<private>/favourite
401    422   403   200   200   POST /api/v1/statuses/<public>/unfavourite
401    422   403   404   200   POST /api/v1/statuses/<private>/unfavourite
401    422   403   200   200   POST /api/v1/statuses/<public>/reblog
401    422   403   404   200   POST /api/v1/statuses/<private>/reblog
401    422   403   404   422   POST /api/v1/statuses/<direct>/reblog
401    422   403   200   200   POST /api/v1/statuses/<public>/unreblog
401    422   403   404   200   POST /api/v1/statuses/<private>/unreblog
401    422   403   200   200   POST /api/v1/statuses/<public>/bookmark
401    422   403   404   200   POST /api/v1/statuses/<private>/bookmark
401    422   403   200   200   POST /api/v1/statuses/<public>/unbookmark
401    422   403   404   200   POST /api/v1/statuses/<private>/unbookmark
401    422   403   422   200   POST /api/v1/statuses/<public>/pin
401    422   403   200   200   POST /api/v1/statuses/<public>/unpin
401    422   403   200   200   POST /api/v1/statuses/<public>/mute
401    422   403   404   200   POST /api/v1/statuses/<private>/mute
401    422   403   200   200   POST /api/v1/statuses/<public>/unmute
401    422   403   404   200   POST /api/v1/statuses/<private>/unmute
401    422   403   200   200   GET /api/v1/favourites
401    422   403   200   200   GET /api/v1/bookmarks

# Media that no status has yet
401    422   403   200   200   POST /api/v1/media file=(picture)
401    422   403   200   200   POST /api/v2/media file=(picture)
401    422   403   404   200   GET /api/v1/media/<media>
401    422   403   404   200   PUT /api/v1/media/<media> description=teal
401    422   403   404   200   DELETE /api/v1/media/<media>

# Search and timelines
200    200   403   200   200   GET /api/v2/search?q=hello
401    422   403   200   200   GET /api/v1/timelines/home
200    200   403   200   200   GET /api/v1/timelines/public
200    200   403   200   200   GET /api/v1/timelines/tag/<word>
401    422   403   404   200   GET /api/v1/timelines/list/<list>
401    422   403   200   200   GET /api/v1/markers?timeline[]=home
401    422   403   200   200   POST /api/v1/markers home[last_read_id]=<public>

# Lists
401    422   403   200   200   GET /api/v1/lists
401    422   403   200   200   POST /api/v1/lists title=Friends
401    422   403   404   200   GET /api/v1/lists/<list>
401    422   403   404   200   PUT /api/v1/lists/<list> title=Others
401    422   403   404   200   DELETE /api/v1/lists/<list>
401    422   403   404   200   GET /api/v1/lists/<list>/accounts
401    422   403   404   200   POST /api/v1/lists/<list>/accounts account_ids[]=<followed>
401    422   403   404   200   DELETE /api/v1/lists/<list>/accounts account_ids[]=<followed>

# Streaming
401    401   404   404   404   GET /api/v1/streaming
401    401   404   404   404   GET /api/v1/streaming/
200    200   200   200   200   GET /api/v1/streaming/health
401    401   403   200   200   GET /api/v1/streaming/user
401    401   403   200   200   GET /api/v1/streaming/user/notification
401    401   403   200   200   GET /api/v1/streaming/public
401    401   403   200   200   GET /api/v1/streaming/public/local
401    401   403   200   200   GET /api/v1/streaming/public/remote
401    401   403   200   200   GET /api/v1/streaming/public/media
401    401   403   200   200   GET /api/v1/streaming/hashtag?tag=hello
401    401   403   200   200   GET /api/v1/streaming/hashtag/local?tag=hello
401    401   403   404   200   GET /api/v1/streaming/list?list=<list>
401    401   403   200   200   GET /api/v1/streaming/direct

# What clients ask for and is not here
401    422   403   200   200   GET /api/v1/annual_reports
401    422   403   200   200   GET /api/v1/conversations
401    422   403   200   200   GET /api/v1/domain_blocks
401    422   403   200   200   GET /api/v1/featured_tags
401    422   403   200   200   GET /api/v1/featured_tags/suggestions
401    422   403   200   200   GET /api/v1/notifications/policy
401    422   403   200   200   GET /api/v2/notifications/policy
401    422   403   200   200   GET /api/v1/notifications/requests
401    422   403   200   200   GET /api/v1/notifications/requests/merged
401    422   403   404   404   GET /api/v1/notifications/requests/<number>
404    404   403   404   404   GET /api/v1/polls/<number>
401    422   403   404   404   POST /api/v1/polls/<number>/votes choices[]=0
401    422   403   404   404   GET /api/v1/push/subscription
401    422   403   200   200   DELETE /api/v1/push/subscription
401    422   403   200   200   GET /api/v1/scheduled_statuses
401    422   403   404   404   GET /api/v1/scheduled_statuses/<number>
401    422   403   200   200   GET /api/v1/suggestions
401    422   403   200   200   DELETE /api/v1/suggestions/<number>
401    422   403   200   200   GET /api/v2/suggestions
`;
