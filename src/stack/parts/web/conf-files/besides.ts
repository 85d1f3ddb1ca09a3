/** What learners need not look at: the same for every part. */

export const tutorConf = `# The number of each request: the one that another proxy has given it, or else a new one.
map $http_x_request_id $trace_id {
    "~^[0-9a-f]{32}$" $http_x_request_id;
    default           $request_id;
}

# One line of JSON for each request: how the tutor knows what was done with it.
log_format trace escape=json '{"request_id":"$trace_id","status":"$status","request":"$request",'
    '"request_time":"$request_time","request_filename":"$request_filename","host":"$host",'
    '"upstream_addr":"$upstream_addr","upstream_status":"$upstream_status",'
    '"upstream_cache_status":"$upstream_cache_status",'
    '"upstream_connect_time":"$upstream_connect_time",'
    '"upstream_header_time":"$upstream_header_time",'
    '"upstream_response_time":"$upstream_response_time"}';
access_log logs/trace.log trace;

# Temporary files stay in the part's own folder.
client_body_temp_path temp/body;
proxy_temp_path temp/proxy;
fastcgi_temp_path temp/fastcgi;
uwsgi_temp_path temp/uwsgi;
scgi_temp_path temp/scgi;
`;

export const mimeTypes = `types {
    text/html                 html htm;
    text/css                  css;
    text/javascript           js mjs;
    text/plain                txt;
    text/xml                  xml;
    application/json          json map;
    application/manifest+json webmanifest;
    application/pdf           pdf;
    application/wasm          wasm;
    application/zip           zip;
    image/svg+xml             svg;
    image/png                 png;
    image/jpeg                jpg jpeg;
    image/gif                 gif;
    image/webp                webp;
    image/avif                avif;
    image/x-icon              ico;
    font/woff2                woff2;
    font/woff                 woff;
    audio/mpeg                mp3;
    video/mp4                 mp4;
}
`;
