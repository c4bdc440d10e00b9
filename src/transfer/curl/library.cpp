// The loadable library: what transfer/http.hpp promises, with libcurl.
