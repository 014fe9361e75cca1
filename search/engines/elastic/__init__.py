"""The engine on Elasticsearch: `engine.ElasticEngine`. Imported only where the settings name a server."""
