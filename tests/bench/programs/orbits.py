def step(bodies, dt):
    for i, a in enumerate(bodies):
        for b in bodies[i + 1 :]:
            dx, dy = a[0] - b[0], a[1] - b[1]
            pull = dt / ((dx * dx + dy * dy) ** 1.5 + 0.01)
            a[2] -= dx * b[4] * pull
            a[3] -= dy * b[4] * pull
            b[2] += dx * a[4] * pull
            b[3] += dy * a[4] * pull
    for body in bodies:
        body[0] += dt * body[2]
        body[1] += dt * body[3]


bodies = [[0.0, 0.0, 0.0, 0.0, 10.0], [1.0, 0.0, 0.0, 2.0, 1.0], [-2.0, 0.5, 0.3, -1.0, 0.5], [3.0, 3.0, -0.5, 0.2, 0.1]]
for _ in range(2_000):
    step(bodies, 0.001)
result = round(sum(body[0] for body in bodies), 9)
