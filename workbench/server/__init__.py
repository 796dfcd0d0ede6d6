"""Server for viewers and the author.

It has REST, WebSocket, pages, links and the Voila dashboard.
"""
