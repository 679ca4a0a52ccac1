from portal.kit.api import Route

ROUTES: list[Route] = []
