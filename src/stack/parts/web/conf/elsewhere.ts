/**
 * Directives that nginx has and the embedded server does not obey (yet): calling them unknown would send a
 * learner looking for a typing mistake.
 */
export const elsewhere = new Set(
  `alias allow auth_basic auth_basic_user_file auth_request autoindex break charset deny env fastcgi_param
  fastcgi_pass geo http2 if keepalive_time limit_conn limit_conn_zone limit_except limit_rate limit_req
  limit_req_zone load_module mail merge_slashes proxy_bind proxy_cache_purge proxy_cookie_domain
  proxy_cookie_path proxy_force_ranges proxy_ignore_client_abort proxy_limit_rate proxy_method
  proxy_pass_header proxy_pass_request_body proxy_set_body proxy_store proxy_ssl_verify real_ip_header
  recursive_error_pages resolver rewrite rewrite_log satisfy scgi_pass set set_real_ip_from split_clients
  ssl_client_certificate ssl_dhparam ssl_ecdh_curve ssl_stapling ssl_verify_client stream stub_status
  sub_filter underscores_in_headers uwsgi_pass worker_aio_requests`.split(/\s+/),
);
